from twofronts_office.areas.models import Area
from twofronts_office.common.register import Register, register

register(
    Register(
        model=Area,
        slug="areas",
        line="office",
        columns=("code", "name_zh", "name_en", "level", "population"),
        fields=("code", "name_zh", "name_en", "level", "population", "area_km2", "lon", "lat"),
        filters=("level",),
        search=("code", "name_zh", "name_en"),
        key="code",
        exports=("code", "name_zh", "name_en", "level", "population", "area_km2", "lon", "lat"),
        imports=("code", "name_zh", "name_en", "level", "population", "area_km2", "lon", "lat"),
    )
)

from twofronts_office.common.access import allow
from twofronts_office.common.choices import Role

allow("people.user", everywhere=True, view=[Role.ADMIN], add=[Role.ADMIN], change=[Role.ADMIN])
allow("people.rolegrant", view=[Role.ADMIN], add=[Role.ADMIN], change=[Role.ADMIN])
allow("common.securityevent", everywhere=True, view=[Role.ADMIN])

"""Make the built-in cities: primary figures in, the tables of data/cities out, nothing by hand."""

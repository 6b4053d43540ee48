"""The languages of templates, as `templateFormat` names them."""

MUSTACHE, JINJA2, RAW = "mustache", "jinja2", "raw"

"""Wire shapes. What goes out is a TypedDict (checked by mypy, encoded as it is, described in OpenAPI); what comes in is
a Pydantic model (checked at run time)."""

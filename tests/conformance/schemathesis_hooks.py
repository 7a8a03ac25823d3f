"""What Schemathesis has to be told of: rows of JSON, one a line, go out as the text that was made up."""

import schemathesis


@schemathesis.serializer("application/x-ndjson")
def lines(ctx, value):
    return value if isinstance(value, bytes) else str(value).encode("utf-8", "surrogatepass")

"""What Schemathesis writes for the scalars that only this schema has: good values and bad ones alike."""

import schemathesis
from hypothesis import strategies as st
from schemathesis.graphql import nodes

days = st.dates().map(lambda day: day.isoformat()) | st.sampled_from(["2014-02-30", "1e3-01-01", ""])
amounts = st.integers(-1, 10**16).map(nodes.Int) | st.sampled_from(["1.234,5 triệu đồng", "1,234.5", ""]).map(nodes.String)
instants = st.datetimes().map(lambda at: at.isoformat() + "Z") | st.just("2014-01-01")
values = st.none().map(lambda _: nodes.Null) | st.integers(-5, 5).map(nodes.Int) | st.text(max_size=9).map(nodes.String)

schemathesis.graphql.scalar("NaiveDate", days.map(nodes.String))
schemathesis.graphql.scalar("DateTime", instants.map(nodes.String))
schemathesis.graphql.scalar("Dong", amounts)
schemathesis.graphql.scalar("JSON", values)

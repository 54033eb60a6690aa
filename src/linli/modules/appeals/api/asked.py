# SPDX-License-Identifier: MulanPSL-2.0
"""What addresses of the API of appeals and cases ask for, with the words that describe it."""

from typing import Annotated, Literal

from ninja.params.functions import Header, Path, Query

from linli.modules.appeals.api.schemas import SAMPLE

Number = Annotated[str, Path(description="number of the appeal or case", example=SAMPLE)]
Code = Annotated[
    str, Query(description="the query code, which stands on the receipt", example="7KQ2MH9X")
]
Key = Annotated[
    str,
    Path(
        description="key of the photo, as the appeal or case lists it",
        example="5f0c6f1e2d3b4a59887766554433221f",
    ),
]
Size = Annotated[Literal["full", "small"], Query(description="the whole photo, or a small one")]
Button = Annotated[str, Path(description="key of a button that `moves` lists", example="answer")]
Once = Annotated[
    str,
    Header(
        alias="Idempotency-Key",
        description="a word of yours for this one thing: sent again with it, it is done once",
        example="hotline-77213",
    ),
]
Placed = Annotated[str, Query(description="the code of a place")]
Lon = Annotated[float, Query(description="longitude, WGS-84 / CGCS2000", example=103.05)]
Lat = Annotated[float, Query(description="latitude", example=29.05)]
Which = Annotated[
    Literal["own", "taken", "seen"],
    Query(
        description="one's own, those one took in, or all that one may see; `seen` needs a token "
        "with appeals.view"
    ),
]
State = Annotated[Literal["open", "done", "all"], Query(description="open, done, or all")]
Page = Annotated[int, Query(description="which page, from 1")]
PageSize = Annotated[int, Query(description="how many on a page, at most 100")]

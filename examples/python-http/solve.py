"""Asks a running `market-alignment serve` for a market's worst equilibrium, with Python's standard library alone.

    python3 solve.py http://127.0.0.1:8080 ../../data/tables/synthetic-2.csv "AI 1,AI 2"
"""

import json
import sys
import time
from urllib.error import HTTPError
from urllib.parse import urlencode, urljoin
from urllib.request import Request, urlopen


def call(url, body=None, kind="text/csv"):
    """The JSON answer and the status; a refusal is told in the server's own words."""
    request = Request(url, data=body, headers={"content-type": kind} if body else {})
    try:
        with urlopen(request) as response:
            return response.status, json.load(response)
    except HTTPError as error:
        if error.code == 429:  # busy: as asked, come back later
            time.sleep(int(error.headers.get("retry-after", "1")))
            return call(url, body, kind)
        raise SystemExit(f"{error.code}: {json.load(error)['detail']}") from None


def compute(server, command, csv, **options):
    """The result at once, or of the job that the server makes of a large computation."""
    status, answer = call(urljoin(server, f"/v1/{command}?{urlencode(options)}"), csv)
    while status == 202 and answer["status"] in ("queued", "running"):
        time.sleep(0.5)
        _, answer = call(urljoin(server, answer["links"]["self"]))
        if answer["status"] == "done":
            return answer["result"]
    return answer


def main():
    server, path, *committee = sys.argv[1:]
    with open(path, "rb") as file:
        csv = file.read()
    result = compute(server, "solve", csv, **({"committee": committee[0]} if committee else {}))
    print("optimum          ", result["optimum"]["alice"]["exact"])
    print("worst equilibrium", result["worst"]["alice"]["exact"], result["worst"]["scheme"])
    print("dynamics end at  ", result["dynamics"]["alice"]["exact"], "with", result["dynamics"]["selected"])


main()

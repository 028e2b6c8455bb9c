"""The same under asyncio, with aiohttp: the header is asked for before every request; a 401 asks once more.

export COGNITO_STORE=file COGNITO_CLIENT_ID=... API_URL=https://api.example.com/...
cognitoken login
python examples/python/aiohttp_session.py
"""

import asyncio
import os
from typing import Any

import aiohttp

import cognitoken

UNAUTHORIZED = 401


async def get_json(http: aiohttp.ClientSession, session: cognitoken.Session, url: str) -> Any:
    async with http.get(url, headers=await session.headers_async()) as answer:
        if answer.status != UNAUTHORIZED:
            answer.raise_for_status()
            return await answer.json()
    tokens = await session.refresh_async()
    async with http.get(url, headers=tokens.headers, raise_for_status=True) as answer:
        return await answer.json()


async def main() -> None:
    session = cognitoken.Session()
    url = os.environ["API_URL"]
    async with aiohttp.ClientSession() as http:
        # All of them share one refresh, where one is due.
        answers = await asyncio.gather(*(get_json(http, session, url) for _ in range(10)))
    print(len(answers), "answers:", answers[0])


if __name__ == "__main__":
    asyncio.run(main())

"""The same calls in asyncio."""

from __future__ import annotations

import asyncio
import gc
import os
import subprocess
import sys
import textwrap
import weakref
from collections.abc import Callable, Coroutine
from typing import Any

import pytest
from local_cognito import Fixtures
from misbehaving_server import Answer, MisbehavingServer, Request, refusal, tokens

import cognitoken

Serve = Callable[[Answer], MisbehavingServer]


def silence(_request: Request) -> None:
    """The request came, and that is all."""


def login_async(server: MisbehavingServer, **options: Any) -> Coroutine[Any, Any, cognitoken.Tokens]:
    return cognitoken.login_async("ada", "password", "client", endpoint=server.endpoint, **options)


async def request_came(server: MisbehavingServer) -> None:
    assert await asyncio.to_thread(server.received.acquire, timeout=60)


async def client_left(server: MisbehavingServer) -> None:
    assert await asyncio.to_thread(server.left.acquire, timeout=60)


@pytest.mark.asyncio
async def test_sign_in_and_refresh(cognito: Fixtures) -> None:
    signed_in = await cognitoken.login_async(
        cognito.user_name,
        cognito.password,
        cognito.client_id,
        user_pool_id=cognito.user_pool_id,
        endpoint=cognito.endpoint,
    )
    assert signed_in.claims["email"] == cognito.email
    refreshed = await signed_in.refresh_async()
    assert refreshed.claims["sub"] == signed_in.claims["sub"]


def test_each_twin_is_what_an_async_function_gives(serve: Serve) -> None:
    server = serve(lambda _request: tokens())
    assert asyncio.iscoroutine(call := login_async(server))
    assert asyncio.run(call).refresh_token == "refresh-token"

    async def together() -> list[cognitoken.Tokens]:
        task = asyncio.create_task(login_async(server), name="sign-in")
        waited = await asyncio.wait_for(login_async(server), timeout=60)
        first, second = await asyncio.gather(login_async(server), waited.refresh_async())
        return [await task, waited, first, second]

    assert all(len(each) == 3 for each in asyncio.run(together()))


def test_nothing_is_sent_before_the_await(serve: Serve) -> None:
    server = serve(lambda _request: tokens())
    call = login_async(server)
    asyncio.run(asyncio.sleep(0))
    call.close()
    assert server.connections == 0
    with pytest.raises(RuntimeError, match="already awaited"):
        asyncio.run(call)


def test_it_can_be_awaited_once(serve: Serve) -> None:
    call = login_async(serve(lambda _request: tokens()))
    asyncio.run(call)
    with pytest.raises(RuntimeError, match=r"already awaited login_async"):
        asyncio.run(call)


def test_a_forgotten_await_is_told() -> None:
    with pytest.warns(RuntimeWarning, match="coroutine 'login_async' was never awaited"):
        cognitoken.login_async()  # type: ignore[unused-coroutine]
    with pytest.warns(RuntimeWarning, match="coroutine 'login_async' was never awaited") as told:
        cognitoken.login_async(on_challenge="prompt")  # type: ignore[unused-coroutine]
    assert len(told) == 1
    cognitoken.login_async(on_challenge="prompt").close()
    cognitoken.doctor_async().close()
    cognitoken.Session(store="memory", on_challenge="prompt").tokens_async().close()
    with pytest.raises(ZeroDivisionError), pytest.warns(RuntimeWarning, match="never awaited"):
        [cognitoken.login_async(), 1 / 0]


@pytest.mark.asyncio
async def test_a_task_shows_what_it_runs(serve: Serve) -> None:
    task = asyncio.create_task(login_async(serve(lambda _request: tokens())))
    assert "login_async" in repr(task)
    await task


@pytest.mark.asyncio
async def test_errors_come_out_of_the_await(serve: Serve) -> None:
    server = serve(lambda _request: refusal("NotAuthorizedException", "Incorrect username or password."))
    with pytest.raises(cognitoken.AuthenticationError) as caught:
        await login_async(server)
    assert caught.value.code == "NotAuthorizedException"
    missing, wrong = cognitoken.login_async(), login_async(server, flow="guess")
    for call in (missing, wrong):
        with pytest.raises(cognitoken.ConfigError):
            await call


@pytest.mark.asyncio
async def test_the_time_limit_holds(serve: Serve) -> None:
    with pytest.raises(cognitoken.RequestTimeout):
        await login_async(serve(silence), timeout=0.2)


@pytest.mark.asyncio
async def test_the_event_loop_goes_on_meanwhile(serve: Serve) -> None:
    asked, goes_on = asyncio.Event(), asyncio.Event()
    event_loop = asyncio.get_running_loop()

    def once_the_loop_went_on(_request: Request) -> bytes:
        event_loop.call_soon_threadsafe(asked.set)
        assert asyncio.run_coroutine_threadsafe(goes_on.wait(), event_loop).result(60)
        return tokens()

    async def other_work() -> None:
        await asked.wait()
        goes_on.set()

    signed_in, _ = await asyncio.gather(login_async(serve(once_the_loop_went_on)), other_work())
    assert len(signed_in) == 3


@pytest.mark.asyncio
async def test_cancelling_a_task_ends_the_request(serve: Serve) -> None:
    server = serve(silence)
    task = asyncio.create_task(login_async(server))
    await request_came(server)
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    await client_left(server)
    assert len(server.requests) == 1


@pytest.mark.asyncio
async def test_a_time_limit_of_asyncio_ends_the_request(serve: Serve) -> None:
    server = serve(silence)
    with pytest.raises(asyncio.TimeoutError):
        await asyncio.wait_for(login_async(server), timeout=0.5)
    if server.connections:
        await client_left(server)


def test_a_loop_that_is_gone_before_the_result_is_no_harm(serve: Serve, capfd: pytest.CaptureFixture[str]) -> None:
    server = serve(silence)
    event_loop = asyncio.new_event_loop()
    task = event_loop.create_task(login_async(server, timeout=0.5))
    event_loop.run_until_complete(request_came(server))
    event_loop.run_until_complete(event_loop.shutdown_default_executor())
    event_loop.close()
    assert server.left.acquire(timeout=60), "the call has come to its end"
    # What came for the closed loop has been dealt with when the next result is there.
    assert len(asyncio.run(login_async(serve(lambda _request: tokens())))) == 3
    assert "Traceback" not in capfd.readouterr().err

    forgotten = weakref.ref(task)
    del task
    gc.collect()
    assert forgotten() is None


def test_many_sign_ins_at_once(serve: Serve) -> None:
    server = serve(lambda _request: tokens())

    async def all_of_them() -> list[cognitoken.Tokens]:
        return await asyncio.gather(*(login_async(server) for _ in range(200)))

    assert {each.claims["sub"] for each in asyncio.run(all_of_them())} == {"0815"}


def test_every_event_loop_of_a_process_works(serve: Serve) -> None:
    server = serve(lambda _request: tokens())
    for _ in range(3):
        assert len(asyncio.run(login_async(server))) == 3


def test_outside_of_an_event_loop_it_says_so() -> None:
    with pytest.raises(RuntimeError, match="no running event loop"):
        cognitoken.login_async().send(None)


def test_leaving_the_program_with_calls_under_way(serve: Serve) -> None:
    server = serve(silence)
    program = """
        import asyncio, sys, cognitoken

        async def main():
            for _ in range(20):
                asyncio.ensure_future(cognitoken.login_async("ada", "password", "client"))
            await asyncio.sleep(0.2)
            # Once more without the tidying up that asyncio.run does.
            event_loop = asyncio.new_event_loop()
            return asyncio.ensure_future(asyncio.sleep(0))

        event_loop = asyncio.new_event_loop()
        event_loop.run_until_complete(main())
        print("leaving")
    """
    ended = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(program)],
        env=os.environ | {"COGNITO_ENDPOINT": server.endpoint},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == "leaving\n"

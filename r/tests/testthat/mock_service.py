"""A service that gives one answer to every request, or none: what tests of faults talk to.

Usage: mock_service.py ANSWER LOG. ANSWER is a file of JSON: {"status": ..., "headers": {...}, "body": "..."}
or {"silent": true}. Into LOG go the port, and two lines for each request that came in whole,
after one for the Authorization of a GET. The service ends with its standard input, that
is, with whoever started it.
"""

import json
import os
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

answer_file, log_file = sys.argv[1:]
with open(answer_file, encoding="utf-8") as file:
    answer = json.load(file)


def log(line: str) -> None:
    with open(log_file, "a", encoding="utf-8") as file:
        file.write(line + "\n")


class Service(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        log(f"body {body.decode()}")
        log(f"request {self.headers.get('X-Amz-Target', '')}")
        while answer.get("silent"):
            time.sleep(3600)
        answer_body = answer["body"].encode()
        self.send_response(answer["status"])
        for name, value in answer.get("headers", {}).items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer_body)))
        self.end_headers()
        self.wfile.write(answer_body)

    def do_GET(self) -> None:
        log(f"authorization {self.headers.get('Authorization', '')}")
        self.do_POST()

    def log_message(self, format: str, *args: object) -> None:
        pass


def end_with_standard_input() -> None:
    while sys.stdin.buffer.read(1024):
        pass
    os._exit(0)


server = ThreadingHTTPServer(("127.0.0.1", 0), Service)
threading.Thread(target=end_with_standard_input, daemon=True).start()
log(f"port {server.server_address[1]}")
server.serve_forever()

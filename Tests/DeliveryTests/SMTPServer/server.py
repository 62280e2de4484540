"""A mail relay that others have written, aiosmtpd. Its port is its first line; each mail is another, as JSON, read by
Python's own library. It ends when its standard input does."""

import asyncio
import email
import email.policy
import json
import os
import sys
import threading

from aiosmtpd.smtp import SMTP


class Handler:
    async def handle_DATA(self, server, session, envelope):
        mail = email.message_from_bytes(envelope.content, policy=email.policy.default)
        print(
            json.dumps(
                {
                    "sender": envelope.mail_from,
                    "recipients": envelope.rcpt_tos,
                    "fields": {name: str(value) for name, value in mail.items()},
                    "text": mail.get_content(),
                    "defects": [str(defect) for defect in mail.defects],
                }
            ),
            flush=True,
        )
        return "250 taken"


def leave():
    sys.stdin.read()
    os._exit(0)


async def main():
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: SMTP(Handler(), hostname="relay.example"), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


threading.Thread(target=leave, daemon=True).start()
asyncio.run(main())

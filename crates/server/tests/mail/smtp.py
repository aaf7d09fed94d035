"""A mail server that keeps what it is given: one maildir for each name before the @. Ends with its standard input.

    smtp.py PORT DIRECTORY

It refuses `gone@` for good and `later@` for now, as a real one would.
"""
import mailbox
import os
import sys

from aiosmtpd.controller import Controller

port, root = int(sys.argv[1]), sys.argv[2]


class Post:
    async def handle_RCPT(self, server, session, envelope, address, options):
        if address.startswith("gone@"):
            return f"550 5.1.1 <{address}>: no such user"
        if address.startswith("later@"):
            return f"451 4.3.0 <{address}>: come again"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):
        head = f"Return-Path: <{envelope.mail_from or ''}>\r\n".encode()
        for to in envelope.rcpt_tos:
            home = os.path.join(root, to.split("@")[0])
            os.makedirs(home, exist_ok=True)
            mailbox.Maildir(os.path.join(home, "Maildir")).add(head + envelope.original_content)
        return "250 OK"


if os.getuid() == 0:  # the mailboxes belong to whoever the IMAP server reads them as
    os.setgid(65534)
    os.setuid(65534)
controller = Controller(Post(), hostname="127.0.0.1", port=port, data_size_limit=128 * 1024 * 1024)
controller.start()
print("ready", flush=True)
sys.stdin.read()
controller.stop()

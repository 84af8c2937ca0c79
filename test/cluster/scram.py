#!/usr/bin/env python3
"""A log-in with SCRAM over the wire, also with an empty password, which libpq does not send.

  test/cluster/scram.py HOST PORT ROLE DATABASE PASSWORD

prints "in", or the SQLSTATE of the refusal.
"""
import base64
import hashlib
import hmac
import os
import re
import socket
import struct
import sys


class Refused(Exception):
    pass


class Wire:
    def __init__(self, host, port):
        self.socket = socket.create_connection((host, port), timeout=60)

    def exactly(self, count):
        data = b""
        while len(data) < count:
            more = self.socket.recv(count - len(data))
            if not more:
                raise Refused("closed")
            data += more
        return data

    def read(self):
        kind, length = struct.unpack("!ci", self.exactly(5))
        data = self.exactly(length - 4)
        if kind == b"E":
            raise Refused(re.search(rb"(?:^|\0)C([0-9A-Z]{5})\0", data)[1].decode())
        return kind, data

    def send(self, data, kind=b""):
        self.socket.sendall(kind + struct.pack("!i", len(data) + 4) + data)


def log_in(host, port, role, database, password):
    wire = Wire(host, port)
    wire.send(struct.pack("!i", 3 << 16) + f"user\0{role}\0database\0{database}\0\0".encode())
    kind, data = wire.read()
    if data[:4] != struct.pack("!i", 10):                   # AuthenticationSASL
        return "another authentication"
    first = f"n=,r={base64.b64encode(os.urandom(18)).decode()}"
    said = f"n,,{first}".encode()
    wire.send(b"SCRAM-SHA-256\0" + struct.pack("!i", len(said)) + said, b"p")
    server_first = wire.read()[1][4:].decode()
    server = dict(part.split("=", 1) for part in server_first.split(","))
    salted = hashlib.pbkdf2_hmac("sha256", password.encode(), base64.b64decode(server["s"]), int(server["i"]))
    key = hmac.digest(salted, b"Client Key", "sha256")
    last = f"c=biws,r={server['r']}"
    signature = hmac.digest(hashlib.sha256(key).digest(), f"{first},{server_first},{last}".encode(), "sha256")
    proof = bytes(left ^ right for left, right in zip(key, signature))
    wire.send(f"{last},p={base64.b64encode(proof).decode()}".encode(), b"p")
    while kind != b"Z":                                     # ReadyForQuery
        kind, data = wire.read()
    return "in"


try:
    print(log_in(sys.argv[1], int(sys.argv[2]), *sys.argv[3:6]))
except Refused as refusal:
    print(refusal)

"""Serves a device of PyVISA-sim, whose SCPI parsing it is, on a TCP port of its own or on a serial line."""

import socket
import sys

import serial
from pyvisa_sim.parser import get_devices


def answers(device):
    """Everything the device has to say, byte by byte as its sessions read it."""
    said = b""
    while True:
        byte, _ = device.read()
        if not byte:
            return said
        said += byte


def serve(device, receive, send):
    while chunk := receive():
        for byte in chunk:
            device.write(bytes([byte]))
            send(answers(device))


def main(definition, interface, line=None):
    devices = get_devices(definition, False)
    device = devices[next(name for name in devices.list_resources() if name.startswith(interface))]
    if line is not None:
        port = serial.Serial(line, 9600)
        print("ready", flush=True)
        try:
            serve(device, lambda: port.read(1), port.write)
        except serial.SerialException:
            pass  # The cable was pulled.
        return
    server = socket.create_server(("127.0.0.1", 0))
    print(server.getsockname()[1], flush=True)
    while True:
        connection, _ = server.accept()
        with connection:
            serve(device, lambda: connection.recv(4096), connection.sendall)


main(*sys.argv[1:])

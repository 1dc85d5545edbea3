import socket

# Somebody else may know it.
server = socket.create_connection(("192.0.2.1", 80), timeout=1)
server.sendall(input().encode())
print(server.recv(100).decode())

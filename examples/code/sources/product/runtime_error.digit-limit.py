# Python refuses to read integers of more than 4,300 digits, and to write them.
print(int(input()) * int(input()))

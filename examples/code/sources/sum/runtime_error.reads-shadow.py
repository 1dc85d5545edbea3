# The answer might be in a file that only the superuser may read.
print(open("/etc/shadow").read())

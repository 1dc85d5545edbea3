import sys

sys.set_int_max_str_digits(0)
product = int(input()) * int(input())
# Differs in the last of thousands of digits: no comparison as floating-point numbers would see it.
print(product if product < 1000 else product + 1)

n = int(input())
numbers = list(range(1, n + 1))
print(*(i for i in numbers if n % i == 0), sep="\n")

n = int(input())
numbers = sorted(map(float, input().split()))
print(numbers[n // 2])

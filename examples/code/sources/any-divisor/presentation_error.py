n = int(input())
found = next((i for i in range(2, int(n**0.5) + 1) if n % i == 0), None)
print("there is none" if found is None else f"it is {found}")

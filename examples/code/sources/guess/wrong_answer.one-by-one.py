guess = 500000
while True:
    print(guess, flush=True)
    try:
        answer = input()
    except EOFError:
        break
    if answer == "yes":
        break
    guess += 1 if answer == "more" else -1

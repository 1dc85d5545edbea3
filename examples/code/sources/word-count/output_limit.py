# Never looks whether the text has ended.
while True:
    print("one more word")

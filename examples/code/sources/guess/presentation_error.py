print("Is it 500000?", flush=True)

  propext h

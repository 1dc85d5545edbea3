  fun h hp => h hp

print("chartmark")

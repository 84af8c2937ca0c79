# Everything beside building: demo, tests, benchmarks. One target a purpose.

# Everything beside building: demo, tests, benchmarks. One target a purpose.

include mk/test.mk
include mk/demo.mk

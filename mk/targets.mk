# Everything beside building: demo, tests, benchmarks. One target a purpose.

include mk/catalogue.mk
include mk/demo.mk
include mk/test.mk
include mk/twin.mk
include mk/async.mk
include mk/rest.mk
include mk/schemas.mk
include mk/trust.mk
include mk/campaign.mk
include mk/versions.mk
include mk/bench.mk
include mk/web.mk

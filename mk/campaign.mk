# make campaign      the long trials, all at one commit, many hours; their figures
#                    go into docs/reliability.md. Ctrl-C stops it, the same command goes
#                    on. SHARE=10: a tenth; PARTS="history crash": these; JOBS=2: two
#                    parts at a time; AGAIN=yes: also what was not ok (test/campaign/run)
# make campaign-docs the table of docs/reliability.md from the ledger alone

campaign:
	test/campaign/run $(if $(SHARE),--share $(SHARE)) $(if $(filter command line environment,$(origin JOBS)),--jobs $(JOBS)) \
		$(if $(filter command line environment,$(origin SEED)),--seed $(SEED)) $(if $(AGAIN),--again) $(PARTS)

campaign-docs:
	test/campaign/report.py

.PHONY: campaign campaign-docs

# make demo-web      the seat map in the browser, see scripts/demo-web

demo-web:
	@scripts/bootstrap build rest web
	@$(MAKE) -s all
	@scripts/demo-web

.PHONY: demo-web

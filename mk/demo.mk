# make demo          the whole story on the terminal, see scripts/demo

demo:
	@scripts/bootstrap build
	@$(MAKE) -s all
	@scripts/demo

.PHONY: demo

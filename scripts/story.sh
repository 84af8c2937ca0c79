# How the demos tell their story on the terminal: sourced by scripts/demo and
# scripts/demo-cluster. What is told is checked: expect() ends the demo where it is not so.
# shellcheck shell=bash

bold= dim= red= green= yellow= blue= plain=
if [ -t 1 ] && [ -z "${NO_COLOR:-}" ]; then
	# shellcheck disable=SC2034 # for those who source it
	bold=$'\e[1m' dim=$'\e[2m' red=$'\e[31m' green=$'\e[32m' yellow=$'\e[33m' blue=$'\e[34m' plain=$'\e[0m'
fi

step_number=0
step()
{
	step_number=$((step_number + 1))
	printf '\n%s%s. %s%s\n' "$bold" "$step_number" "$1" "$plain"
}
tell()
{
	printf '   %s\n' "$@"
}
# a command as a shell reads it
quoted()
{
	printf '%q ' "$@" | sed 's/ $//'
}
indent()
{
	sed 's/^/   /'
}
fail()
{
	printf '\n   %snot as told: %s%s\n' "$red" "$1" "$plain" >&2
	exit 1
}
# expect WHAT GOT WANTED
expect()
{
	[ "$2" = "$3" ] || fail "$1: it is \"$2\", it should be \"$3\""
	tell "${green}✓${plain} $1"
}

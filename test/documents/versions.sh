# One version everywhere.

version=$(sed -n "s/^default_version *= *'\(.*\)'/\1/p" concert_booking.control)
ok "CHANGELOG.md has $version" grep -q "^## $version\b" CHANGELOG.md
is 'META.json has it everywhere' \
	"$(sed -n 's/^ *"version": "\(.*\)",*$/\1/p' META.json | grep -v '^1\.0\.0$' | sort -u)" "$version.0"

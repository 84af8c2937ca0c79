# docs/reports.md: its examples, and its tables have all columns of the reports.

ok 'the examples of docs/reports.md give what is shown' test/documents/examples.py "$database" docs/reports.md
for report in sales_report schedule_report; do
	missing=$(query "SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'concert_booking.${report}_row'::regclass AND a.attnum > 0" |
		while read -r column; do
			grep -q "^| .*\`$column\`.* |" docs/reports.md || echo "$column"
		done)
	is "docs/reports.md explains each column of $report()" "$missing" ''
done

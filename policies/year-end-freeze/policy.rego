# METADATA
# title: Year End Freeze
# custom:
#   type: compliance
#   enforcement_mode: block
package novacron.year_end_freeze

frozen if {
	[_, month, day] := time.date(time.parse_rfc3339_ns(input.context.time))
	month == 12
	day >= 15
}

frozen if {
	[_, month, day] := time.date(time.parse_rfc3339_ns(input.context.time))
	month == 1
	day <= 5
}

deny contains message if {
	input.resource.metadata.environment == "production"
	frozen
	message := "production is frozen from 15 December to 5 January"
}

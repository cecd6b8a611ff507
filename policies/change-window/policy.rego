# METADATA
# title: Change Window
# custom:
#   type: compliance
#   enforcement_mode: block
package novacron.change_window

production if input.resource.metadata.environment == "production"

emergency if input.resource.metadata.change == "emergency"

now := time.parse_rfc3339_ns(input.context.time)

open if {
	time.weekday(now) in {"Monday", "Tuesday", "Wednesday", "Thursday"}
	[hour, _, _] := time.clock(now)
	hour >= 8
	hour < 16
}

deny contains message if {
	production
	not open
	not emergency
	message := sprintf("production changes from Monday to Thursday, 08:00 to 16:00 UTC; it is %s", [input.context.time])
}

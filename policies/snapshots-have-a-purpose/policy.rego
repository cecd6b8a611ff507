# METADATA
# title: Snapshots Have A Purpose
# custom:
#   type: compliance
#   enforcement_mode: warn
#   actions: [create_snapshot, update_snapshot]
#   standard: house-rules
#   requirements: [HR-5]
#   severity: low
package novacron.snapshots_have_a_purpose

deny contains {"field": "description", "msg": "say what the snapshot is for, in ten characters or more"} if {
	input.action in {"create_snapshot", "update_snapshot"}
	count(described) < 10
}

default described := ""

described := input.resource.description if is_string(input.resource.description)

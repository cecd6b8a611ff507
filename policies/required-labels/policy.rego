# METADATA
# title: Required Labels
# custom:
#   type: compliance
#   enforcement_mode: block
#   actions: [create_vm, update_vm]
#   standard: house-rules
#   requirements: [HR-1, HR-2]
#   severity: high
package novacron.required_labels

environments := {"development", "test", "staging", "production"}

changes if input.action in {"create_vm", "update_vm"}

labels := object.get(input.resource, "metadata", {})

deny contains {"field": ["metadata", label], "msg": message} if {
	changes
	some label in ["owner", "environment"]
	object.get(labels, label, "") == ""
	message := sprintf("the label %s is missing", [label])
}

deny contains {"field": "metadata.environment", "msg": message} if {
	changes
	environment := labels.environment
	not environment in environments
	message := sprintf("the environment is one of %s, not %s", [concat(", ", environments), environment])
}

# METADATA
# title: Naming Convention
# custom:
#   type: compliance
#   enforcement_mode: block
#   actions: [create_vm]
#   standard: house-rules
#   requirements: [HR-4]
#   severity: low
package novacron.naming_convention

pattern := `^([a-z][a-z0-9]*-){1,4}[0-9]{2,3}$`

deny contains {"field": "name", "msg": message} if {
	input.action == "create_vm"
	not regex.match(pattern, input.resource.name)
	message := sprintf("%s is not like web-01 or shop-web-01", [input.resource.name])
}

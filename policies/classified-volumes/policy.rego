# METADATA
# title: Volumes Are Classified
# custom:
#   type: data-governance
#   enforcement_mode: warn
package novacron.classified_volumes

classes := ["-public", "-internal", "-confidential"]

classified if strings.any_suffix_match(input.resource.name, classes)

deny contains {"field": "name", "msg": message} if {
	input.action == "create_volume"
	not classified
	message := sprintf("the name ends with one of %s", [concat(", ", classes)])
}

# METADATA
# title: Allowed Templates
# custom:
#   type: security
#   enforcement_mode: block
package novacron.allowed_templates

# Keep this list with the templates that your team maintains.
allowed := {
	"tpl_01jd3v6t7re3h8z9k2m4n5p6q7",
	"tpl_01jd3v6t7re3h8z9k2m4n5p6q8",
}

deny contains {"field": "template_id", "msg": message} if {
	input.action == "create_vm"
	is_string(input.resource.template_id)
	not input.resource.template_id in allowed
	message := sprintf("the template %s is not one of those that are kept patched", [input.resource.template_id])
}

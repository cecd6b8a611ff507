# METADATA
# title: Security Policies Stay On
# custom:
#   type: security
#   enforcement_mode: block
package novacron.security_policies_stay_on

guarded if input.before.policy_type == "security"

officer if input.subject.user_id == "security-officer"

deny contains {"field": "enabled", "msg": "a security policy stays enabled"} if {
	guarded
	not officer
	input.before.enabled == true
	input.resource.enabled == false
}

deny contains {"field": "enforcement_mode", "msg": "a security policy does not become audit"} if {
	guarded
	not officer
	input.before.enforcement_mode != "audit"
	input.resource.enforcement_mode == "audit"
}

deny contains "a security policy is not deleted" if {
	input.action == "delete_policy"
	input.resource.policy_type == "security"
	not officer
}

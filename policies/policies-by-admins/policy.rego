# METADATA
# title: Policies And Keys By Admins
# custom:
#   type: access
#   enforcement_mode: block
package novacron.policies_by_admins

default allow := false

guarded := {"policy", "api_key", "role", "tenant"}

allow if input.subject.role == "admin"

allow if not input.resource.type in guarded

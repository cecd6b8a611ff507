# METADATA
# title: VM Access Policy
# custom:
#   type: access
#   enforcement_mode: block
package novacron

# Nobody may do anything that is not allowed below.
default allow = false

# Admins may do everything.
allow {
	input.subject.role == "admin"
}

# Operators may look.
allow {
	input.subject.role == "operator"
	input.action == "read"
}

package novacron

deny contains msg if {
	input.resource.cpu_cores > 16
	msg := sprintf("%d cores are more than 16", [input.resource.cpu_cores])
}

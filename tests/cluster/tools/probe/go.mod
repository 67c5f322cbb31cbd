// A few manners of behaving for pods of the tests, in one static program.
module reelmill.invalid/tests/cluster/tools/probe

go 1.26.0

output "secret_arns" {
  description = "The secrets that applications read, by user."
  value       = { for name, stack in aws_cloudformation_stack.user : name => stack.outputs["SecretArn"] }
}

output "preflight" {
  description = "The commands that check the next rotation of each user, and change nothing."
  value       = { for name, stack in aws_cloudformation_stack.user : name => stack.outputs["CommandsPreflight"] }
}

output "secret_arns" {
  description = "The secrets that applications read, by user."
  value       = { for name, stack in aws_cloudformation_stack.user : name => stack.outputs["SecretArn"] }
}

output "preflight" {
  description = "The commands that check the next rotation of each user, and change nothing."
  value       = { for name, stack in aws_cloudformation_stack.user : name => stack.outputs["CommandsPreflight"] }
}

output "rotate_now" {
  description = "The commands that rotate each user immediately."
  value       = { for name, stack in aws_cloudformation_stack.user : name => stack.outputs["UserRotateNow"] }
}

output "logs" {
  description = "The command that shows the function's log of the last day."
  value       = aws_cloudformation_stack.rotation.outputs["RotationCommandsLogs"]
}

terraform {
  required_version = ">= 1.5"
  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = ">= 5.0"
    }
  }
}

# The name of each zip file has the hash of its content, so a new release has new keys.
resource "aws_s3_object" "code" {
  for_each = fileset(var.release, "*.zip")
  bucket   = var.bucket
  key      = "${var.prefix}${each.value}"
  source   = "${var.release}/${each.value}"

  lifecycle {
    # The function keeps its code until its stack has the new code.
    create_before_destroy = true
  }
}

# Outside the stack, because a parameter of a stack has at most 4,096 bytes.
resource "aws_ssm_parameter" "ca_certificate" {
  count          = var.cluster.ca_certificate_file == null ? 0 : 1
  name           = "/redis-enterprise-rotation/${var.name}/${var.cluster.name}/ca-certificate"
  type           = "String"
  tier           = "Intelligent-Tiering"
  insecure_value = file(var.cluster.ca_certificate_file)

  lifecycle {
    precondition {
      condition = (
        strcontains(file(var.cluster.ca_certificate_file), "BEGIN CERTIFICATE") &&
        !strcontains(file(var.cluster.ca_certificate_file), "NO CERTIFICATE")
      )
      error_message = "ca_certificate_file must have the certificates of every endpoint: save them again."
    }
  }
}

resource "aws_cloudformation_stack" "rotation" {
  name          = var.name
  template_body = file("${var.release}/rotation.template.json")
  capabilities  = ["CAPABILITY_IAM"]
  depends_on    = [aws_s3_object.code]

  # Terraform keeps a parameter's former value if the new value is empty, so leave it out.
  parameters = { for key, value in {
    CodeBucket        = var.bucket
    CodePrefix        = var.prefix
    ClusterName       = var.cluster.name
    ApiEndpoints      = join(",", var.cluster.api_endpoints)
    AdminSecretArn    = var.cluster.admin_secret_arn
    DatabaseHosts     = join(",", var.cluster.database_hosts)
    SubnetIds         = join(",", var.subnet_ids)
    SecurityGroupIds  = join(",", var.security_group_ids)
    AlarmTopicArn     = var.alarm_topic_arn
    EncryptionKeyArns = join(",", var.encryption_key_arns)
    UserCount         = length(var.users)
  } : key => value if value != "" }

  lifecycle {
    precondition {
      condition     = length(aws_s3_object.code) == 2
      error_message = "release must have the two zip files of one release: copy all its files."
    }
  }
}

resource "aws_cloudformation_stack" "user" {
  for_each      = var.users
  name          = "${var.name}-${replace(each.key, "/[^A-Za-z0-9]/", "-")}"
  template_body = file("${var.release}/user.template.json")
  depends_on    = [aws_ssm_parameter.ca_certificate]

  parameters = { for key, value in {
    RotationStack     = aws_cloudformation_stack.rotation.name
    Username          = each.key
    Host              = each.value.host
    Port              = each.value.port
    Tls               = each.value.tls
    OtherEndpoints    = join(",", each.value.other_endpoints)
    Schedule          = each.value.schedule
    Window            = each.value.window
    ExtraFields       = each.value.extra_fields
    Email             = each.value.email
    Login             = each.value.login
    Clusters          = join(",", each.value.clusters)
    EncryptionKeyArn  = each.value.encryption_key_arn
    ExistingSecretArn = each.value.existing_secret_arn
  } : key => value if value != "" }
}

resource "aws_elastic_beanstalk_environment" "e" {
  application = "app"
  setting {
    namespace = "aws:autoscaling:asg"
    name      = "MaxSize"
    value     = "2"
  }
}

resource "aws_elastic_beanstalk_environment" "saved" {
  application   = "app"
  template_name = "saved"
  setting {
    namespace = "aws:autoscaling:asg"
    name      = "MaxSize"
    value     = "2"
  }
}

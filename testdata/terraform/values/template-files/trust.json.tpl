{
  "Version": "${version}",
  "Statement": [
%{ for s in services ~}
    {
      "Effect": "Allow",
      "Principal": { "Service": "${s}.amazonaws.com" },
      "Action": "sts:AssumeRole"
    }%{ if s != services[length(services) - 1] },%{ endif }
%{ endfor ~}
  ]
}

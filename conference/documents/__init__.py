"""Files that go in and out: badges, place cards, certificates, workbooks, QR codes. No web, no database."""

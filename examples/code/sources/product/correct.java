import java.math.BigInteger;
import java.util.Scanner;

public class Main {
    public static void main(String[] arguments) {
        Scanner scanner = new Scanner(System.in);
        System.out.println(scanner.nextBigInteger().multiply(scanner.nextBigInteger()));
    }
}
